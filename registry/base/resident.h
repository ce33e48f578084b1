// What a long-running program keeps in memory.
#pragma once

namespace berth {

// Gives back the pages of programs and libraries that the start has read, and
// free heap. What is called again comes back from the page cache, in some
// microseconds. Any thread.
void give_back_start_pages();

}  // namespace berth

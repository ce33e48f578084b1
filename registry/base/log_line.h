// Between the parts of the log: not for others.
#pragma once

namespace berth::log {

// A line has reached stderr.
void line_written();

}  // namespace berth::log

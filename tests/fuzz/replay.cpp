// A fuzz target without libFuzzer: what is in the corpus, then as many
// mutations of it as are asked for, the same at every run.
//   mdns_service_fuzz CORPUS_DIRECTORY MUTATIONS
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "tests/fuzz/fuzz.h"

namespace {

using Input = std::vector<std::uint8_t>;

std::vector<Input> read_corpus(const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(directory))
    paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<Input> corpus;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(file),
                        std::istreambuf_iterator<char>());
  }
  return corpus;
}

class Mutator {
 public:
  explicit Mutator(const std::vector<Input>& corpus) : corpus_(corpus) {}

  Input next() {
    Input input = any();
    for (auto left = 1 + below(8); left > 0; --left) mutate(input);
    return input;
  }

 private:
  std::size_t below(std::size_t end) { return end == 0 ? 0 : random_() % end; }
  const Input& any() { return corpus_[below(corpus_.size())]; }
  std::uint8_t byte() { return static_cast<std::uint8_t>(random_()); }

  void mutate(Input& input) {
    const auto at = input.begin() + static_cast<int>(below(input.size()));
    const bool empty = input.empty();
    switch (below(6)) {
      case 0:
        input.insert(at, byte());
        break;
      case 1:
        if (!empty) input.erase(at);
        break;
      case 2:
        if (!empty) *at = byte();
        break;
      case 3:
        if (!empty) *at ^= static_cast<std::uint8_t>(1U << below(8));
        break;
      case 4:
        if (!empty) *at = static_cast<std::uint8_t>(*at + 1 - 2 * below(2));
        break;
      default:  // the rest of another one
        input.erase(at, input.end());
        const Input& other = any();
        const auto from = other.begin() + static_cast<int>(below(other.size()));
        input.insert(input.end(), from, other.end());
    }
  }

  const std::vector<Input>& corpus_;
  std::mt19937_64 random_{1};
};

void run(const Input& input) {
  // On the heap and of its own size, so that ASan sees one byte too far.
  const Input copy(input);
  LLVMFuzzerTestOneInput(copy.data(), copy.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: " << argv[0] << " CORPUS_DIRECTORY MUTATIONS\n";
    return 2;
  }
  const auto corpus = read_corpus(argv[1]);
  if (corpus.empty()) {
    std::cerr << "no corpus in: " << argv[1] << "\n";
    return 1;
  }
  for (const auto& input : corpus) run(input);
  Mutator mutator(corpus);
  const long mutations = std::stol(argv[2]);
  for (long i = 0; i < mutations; ++i) run(mutator.next());
  std::cout << corpus.size() << " inputs and " << mutations << " mutations\n";
  return 0;
}

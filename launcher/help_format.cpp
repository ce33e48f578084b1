#include "launcher/help_format.h"

#include <algorithm>
#include <cctype>

namespace berth::launcher {

std::string HelpFormat::make_option_opts(const CLI::Option* option) const {
  if (option->get_positional() || option->get_expected_max() == 0) return {};
  std::string name = option->get_lnames().front();
  name.erase(0, name.find_last_of('-') + 1);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return std::toupper(c); });
  return " " + name;
}

std::string HelpFormat::make_option_desc(const CLI::Option* option) const {
  std::string others;
  for (const auto* other : option->get_excludes())
    others += (others.empty() ? "" : ", ") + other->get_name();
  const auto& meaning = option->get_description();
  return others.empty() ? meaning : meaning + "; not with " + others;
}

}  // namespace berth::launcher

#include "launcher/gateway/own_host.h"

#include "registry/base/random.h"

namespace berth::launcher {

OwnHost::OwnHost() : name_(random_label() + ".localhost") {}

std::string OwnHost::authority() const {
  return name_ + ":" + std::to_string(port_);
}

std::string OwnHost::origin() const { return "http://" + authority(); }

}  // namespace berth::launcher

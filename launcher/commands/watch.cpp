#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

#include "launcher/commands/commands.h"
#include "launcher/list_table.h"
#include "launcher/listing.h"
#include "registry/base/timers.h"
#include "registry/file_registry.h"

namespace berth::launcher {
namespace {

namespace asio = boost::asio;
using registry::Event;

// Uptimes grow, and a claim (starting) gives no event: on a terminal the table
// is drawn again at this rate as well.
constexpr auto kRedraw = std::chrono::seconds(1);

class WatchedList {
 public:
  WatchedList(const ListOptions& options, Context& context)
      : options_(options),
        context_(context),
        timers_(io_.get_executor()),
        registry_(context.paths.registry, io_.get_executor(), timers_) {}

  int watch() {
    auto watch = registry_.watch([this](const Event& event) {
      options_.json ? tell(event) : draw_soon();
    });
    if (!watch) return context_.console.fail(watch.error());
    if (options_.json) {
      tell_stopped();
    } else {
      draw_soon();
    }
    io_.run();
    return code_;
  }

 private:
  void tell(const Event& event) {
    if (event.what == Event::What::rescanning) return;
    const bool removed = event.what == Event::What::removed;
    if (event.entry.name == kManagerName)
      return manager_changed(removed ? ManagerNews{} : news_of(event.entry));
    if (!is_wallet(event.entry)) return;
    Instance instance = instance_of(context_.paths, event.entry);
    apply(news_, instance);
    if (removed) instance.status = Status::stopped;
    write(to_string(event.what), instance);
    if (removed)
      told_.erase(event.entry.name);
    else
      told_[event.entry.name] = {event.entry, instance.status};
  }

  // berthd has found something of instances whose records stay as they are.
  void manager_changed(ManagerNews news) {
    news_ = std::move(news);
    for (auto& [name, told] : told_) {
      Instance instance = instance_of(context_.paths, told.entry);
      apply(news_, instance);
      if (std::exchange(told.status, instance.status) != instance.status)
        write(to_string(Event::What::changed), instance);
    }
  }

  // Profiles without a record are part of the present state with --all only.
  void tell_stopped() {
    if (!options_.all) return;
    auto all = list_instances(context_.paths, Which::all);
    if (!all) return fail(all.error());
    for (const auto& instance : *all)
      if (!instance.record) write("added", instance);
  }

  void write(const char* event, const Instance& instance) {
    nlohmann::ordered_json line{{"event", event}};
    line["instance"] = to_json(instance);
    context_.console.line(line.dump(-1, ' ', true));
    std::fflush(stdout);  // for who reads it line by line
  }

  // Once for all events that are waiting.
  void draw_soon() {
    if (std::exchange(pending_, true)) return;
    asio::post(io_, [this] {
      pending_ = false;
      draw();
    });
  }

  void draw() {
    auto instances = list_instances(context_.paths,
                                    options_.all ? Which::all : Which::active);
    if (!instances) return fail(instances.error());
    const auto& console = context_.console;
    // ECMA-48: home, then erase what follows.
    console.write(console.is_terminal() ? "\x1b[H\x1b[J" : "");
    console.write(list_table(*instances, TableColumns{options_.wide, false}, console));
    if (!console.is_terminal()) console.write("\n");
    std::fflush(stdout);
    if (console.is_terminal())
      again_ = timers_.after(kRedraw, [this] { draw_soon(); });
  }

  void fail(const Error& error) {
    code_ = context_.console.fail(error);
    io_.stop();
  }

  ListOptions options_;
  Context& context_;
  asio::io_context io_{1};
  AsioTimers timers_;
  registry::FileRegistry registry_;
  Alarm again_;
  struct Told {
    registry::Entry entry;
    Status status = Status::unknown;
  };
  std::map<std::string, Told> told_;  // as events, by name
  ManagerNews news_;
  bool pending_ = false;
  int code_ = 0;
};

}  // namespace

int watch_list(const ListOptions& options, Context& context) {
  return WatchedList(options, context).watch();
}

}  // namespace berth::launcher

// Publishing a record, and keeping it published.
#include <memory>
#include <mutex>

#include "registry/c/handles.h"
#include "registry/c/ready_fd.h"
#include "registry/own_record.h"

using berth::Error;
using berth::c::Failure;
using berth::c::Outcome;
using berth::registry::Record;
using berth::registry::Registration;
using berth::registry::Registry;
using berth::registry::Standing;
namespace c = berth::c;

struct berth_publication final : c::Guest {
  berth_publication(std::shared_ptr<c::Session> s, c::ReadyFd fd)
      : session(std::move(s)), ready(std::move(fd)) {}

  void end() override {
    registration.reset();
    report(BERTH_LOST, c::Session::closed());
  }

  // What happened, for the thread that asks next.
  void report(berth_standing now, Failure why) {
    const std::lock_guard lock(mutex);
    standing = now;
    reason = std::move(why);
    ready.set();
  }

  // Tells it once, but for a loss.
  berth_standing take(berth_error* out) {
    const std::lock_guard lock(mutex);
    if (standing == BERTH_PUBLISHED) return standing;
    c::tell(reason, out);
    if (standing == BERTH_LOST) return standing;
    ready.clear();
    return std::exchange(standing, BERTH_PUBLISHED);
  }

  const std::shared_ptr<c::Session> session;
  c::ReadyFd ready;
  std::unique_ptr<Registration> registration;  // the library's thread's

  std::mutex mutex;  // for the rest
  berth_standing standing = BERTH_PUBLISHED;
  Failure reason;
};

namespace {

void report(berth_publication& publication, Standing standing,
            const Error& error) {
  switch (standing) {
    case Standing::healed:
      return publication.report(BERTH_HEALED, error);
    case Standing::failing:
      return publication.report(BERTH_FAILING, error);
    case Standing::lost:
      return publication.report(BERTH_LOST, error);
  }
}

// Makes `record` one of the instance that `run` is of.
void join(Record& record, const Record& run) {
  record.id = run.id;
  record.pid = run.pid;
  record.boot_id = run.boot_id;
  record.pid_namespace = run.pid_namespace;
  record.start_ticks = run.start_ticks;
  record.uid = run.uid;
  record.started_at = run.started_at;
}

// A record that is published twice is two instances.
Record started(Record record) {
  join(record, berth::registry::own_record(record.name));
  return record;
}

// `next` as another state of the instance that `now` is.
Record continued(const Record& now, Record next) {
  join(next, now);
  if (!now.token.empty()) next.token = now.token;
  return next;
}

// A record keeps its token for the case that its level is raised.
Record as_published(Record record) {
  if (record.level == 0) record.token.clear();
  return record;
}

void complete(berth_record& record, Record published) {
  record.entry.record = std::move(published);
  record.entry.liveness = berth::registry::Liveness::alive;
}

Outcome<void> announce(Registry& files, berth_publication& publication,
                       const Record& record) {
  auto made = files.announce(
      record, [&publication](Standing standing, const Error& error) {
        report(publication, standing, error);
      });
  if (!made) return made.error();
  publication.registration = std::move(*made);
  publication.session->enter(publication);
  return {};
}

Outcome<void> withdraw(berth_publication& publication) {
  publication.session->leave(publication);
  auto done = publication.registration->withdraw();
  publication.registration.reset();
  if (!done) return done.error();
  return {};
}

}  // namespace

berth_code berth_publish(berth_registry* registry, berth_record* record,
                         berth_publication** publication, berth_error* error) {
  return c::guarded(error, [&]() -> Outcome<void> {
    if (registry == nullptr) return c::missing("registry");
    if (publication == nullptr) return c::missing("publication");
    auto data = c::data_of(record);
    if (!data) return data.error();
    auto ready = c::ReadyFd::make();
    if (!ready) return ready.error();
    auto made = std::make_unique<berth_publication>(registry->session,
                                                    std::move(*ready));
    Record whole = started(**data);
    auto ok = made->session->run([&](Registry& files) {
      return announce(files, *made, as_published(whole));
    });
    if (!ok) return ok;
    complete(*record, std::move(whole));
    *publication = made.release();
    return {};
  });
}

berth_code berth_change(berth_publication* publication, berth_record* record,
                        berth_error* error) {
  return c::guarded(error, [&]() -> Outcome<void> {
    if (publication == nullptr) return c::missing("publication");
    auto data = c::data_of(record);
    if (!data) return data.error();
    return publication->session->run([&](Registry&) -> Outcome<void> {
      auto& registration = *publication->registration;
      Record whole = continued(registration.record(), **data);
      if (auto ok = registration.change(as_published(whole)); !ok) {
        const std::lock_guard lock(publication->mutex);
        if (publication->standing != BERTH_LOST) return ok.error();
        return Failure{BERTH_CLOSED, publication->reason.message};
      }
      complete(*record, std::move(whole));
      return {};
    });
  });
}

berth_code berth_withdraw(berth_publication* publication, berth_error* error) {
  if (publication == nullptr) return BERTH_OK;
  return c::guarded(error, [&]() -> Outcome<void> {
    // The parent's, in a child of a fork: there it stays.
    if (auto ok = publication->session->check_process(); !ok) return ok;
    const std::unique_ptr<berth_publication> freed(publication);
    auto ok = freed->session->run([&](Registry&) { return withdraw(*freed); });
    // A registry that is closed has withdrawn it.
    if (!ok && ok.error().code == BERTH_CLOSED) return {};
    return ok;
  });
}

berth_standing berth_publication_standing(berth_publication* publication,
                                          berth_error* reason) {
  berth_standing standing = BERTH_LOST;
  const berth_code code = c::guarded(reason, [&]() -> Outcome<void> {
    if (publication == nullptr) return c::missing("publication");
    if (auto ok = publication->session->check_process(); !ok) return ok;
    standing = publication->take(reason);
    return {};
  });
  return code == BERTH_OK ? standing : BERTH_LOST;
}

int berth_publication_fd(const berth_publication* publication) {
  return publication == nullptr ? -1 : publication->ready.get();
}

#include "registry/base/peer_check.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "registry/base/result.h"
#include "registry/base/unique_fd.h"

namespace berth {
namespace {

struct Query {
  nlmsghdr header;
  inet_diag_req_v2 body;
};

PeerCheck unknown(const char* what, int err) {
  return {PeerVerdict::unknown, 0, 0, errno_error(err, what).message};
}

// The far side's socket: what is remote for us is local there.
Query query_for(const sockaddr_in& ours, const sockaddr_in& peer) {
  Query query{};
  query.header.nlmsg_len = sizeof query;
  query.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  query.header.nlmsg_flags = NLM_F_REQUEST;
  query.body.sdiag_family = AF_INET;
  query.body.sdiag_protocol = IPPROTO_TCP;
  query.body.idiag_states = ~0U;
  query.body.id.idiag_sport = peer.sin_port;
  query.body.id.idiag_dport = ours.sin_port;
  query.body.id.idiag_src[0] = peer.sin_addr.s_addr;
  query.body.id.idiag_dst[0] = ours.sin_addr.s_addr;
  query.body.id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
  query.body.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  return query;
}

PeerCheck judge(const inet_diag_msg& socket, int wanted_state) {
  // Without an established connection the kernel answers with the listener of
  // that port; a socket nobody holds reads as root's.
  if (socket.idiag_state != wanted_state || socket.idiag_inode == 0)
    return {PeerVerdict::no_owner, 0, 0, "no program holds the far side"};
  if (socket.idiag_uid == ::geteuid())
    return {PeerVerdict::own, socket.idiag_uid, socket.idiag_inode, {}};
  return {PeerVerdict::foreign, socket.idiag_uid, socket.idiag_inode,
          "the far side belongs to uid " + std::to_string(socket.idiag_uid)};
}

PeerCheck read_answer(int netlink, int wanted_state) {
  alignas(nlmsghdr) std::array<char, 4096> bytes;
  const auto size = ::recv(netlink, bytes.data(), bytes.size(), MSG_DONTWAIT);
  if (size < 0) return unknown("read the answer of sock_diag", errno);
  nlmsghdr header;
  if (static_cast<std::size_t>(size) < NLMSG_HDRLEN + sizeof(nlmsgerr))
    return unknown("read the answer of sock_diag", EBADMSG);
  std::memcpy(&header, bytes.data(), sizeof header);
  const char* payload = bytes.data() + NLMSG_HDRLEN;
  if (header.nlmsg_type == NLMSG_ERROR) {
    nlmsgerr error;
    std::memcpy(&error, payload, sizeof error);
    if (error.error == -ENOENT)
      return {PeerVerdict::no_owner, 0, 0, "the far side is gone"};
    return unknown("look up a connection by sock_diag", -error.error);
  }
  if (static_cast<std::size_t>(size) < NLMSG_HDRLEN + sizeof(inet_diag_msg))
    return unknown("read the answer of sock_diag", EBADMSG);
  inet_diag_msg socket;
  std::memcpy(&socket, payload, sizeof socket);
  return judge(socket, wanted_state);
}

PeerCheck ask(const Query& query, int wanted_state) {
  const UniqueFd netlink(
      ::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  if (!netlink) return unknown("open a sock_diag socket", errno);
  // The kernel answers within send(): there is nothing to wait for.
  if (::send(netlink.get(), &query, sizeof query, 0) < 0)
    return unknown("ask sock_diag", errno);
  return read_answer(netlink.get(), wanted_state);
}

}  // namespace

PeerCheck check_peer(int fd) {
  sockaddr_in ours{};
  sockaddr_in peer{};
  socklen_t size = sizeof ours;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&ours), &size) != 0)
    return unknown("getsockname", errno);
  size = sizeof peer;
  if (::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) != 0) {
    if (errno == ENOTCONN)
      return {PeerVerdict::no_owner, 0, 0, "the far side is gone"};
    return unknown("getpeername", errno);
  }
  if (ours.sin_family != AF_INET) return unknown("check_peer", EAFNOSUPPORT);
  return ask(query_for(ours, peer), TCP_ESTABLISHED);
}

PeerCheck check_listener(std::uint16_t port) {
  // No connection has far port 0, so the kernel answers with the listener.
  const sockaddr_in nobody{};
  sockaddr_in listener{};
  listener.sin_port = htons(port);
  listener.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ask(query_for(nobody, listener), TCP_LISTEN);
}

}  // namespace berth

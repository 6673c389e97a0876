/*
 * The same load as Squall's in C, one thread, an instant every 1/RATE seconds, for each a request on a connection that is
 * free.
 *
 *   pacer PORT RATE REQUESTS [GATHER_US]
 *
 * Without GATHER_US it spins, as exact as it gets: what it misses its instants by is the machine's doing. With it, it sends
 * what has become due every GATHER_US, up to a millisecond later while answers are awaited, and sleeps as soon as all are
 * there: what it takes of a core is the machine's
 * price for waking so often and sending so much. Squall's figures are to be read beside both.
 *
 * Prints the first instant, nanoseconds of CLOCK_MONOTONIC, and the CPU seconds that it took. Request N is GET /t/N, N/RATE
 * seconds behind that instant. Where answers are missing GRACE_NS after the last instant, it fails.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>

enum { CONNECTIONS = 256, ANSWER_BYTES = 102, LEAD_NS = 100000000 };
static const uint64_t GRACE_NS = 5000000000u;

static int poller, fds[CONNECTIONS], awaited_bytes[CONNECTIONS], free_places[CONNECTIONS], free_count;

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int connected(int port) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
  inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
  if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) < 0) fail("connect");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

/* Takes what has come of an answer that is awaited; 1 where that makes it whole. */
static int take(int i) {
  static char bytes[4096];
  ssize_t n = recv(fds[i], bytes, sizeof bytes, MSG_DONTWAIT);
  if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) fail("recv");
  if (n <= 0 || (awaited_bytes[i] -= (int)n) > 0) return 0;
  free_places[free_count++] = i;
  return 1;
}

/* Looks at every awaited answer; how many have become whole. */
static int take_all(void) {
  int whole = 0;
  for (int i = 0; i < CONNECTIONS; i++) whole += awaited_bytes[i] > 0 && take(i);
  return whole;
}

/* Sleeps until some awaited answers have come, a millisecond at most; how many have become whole. */
static int await_some(void) {
  struct epoll_event events[CONNECTIONS];
  int whole = 0, count = epoll_wait(poller, events, CONNECTIONS, 1);
  for (int k = 0; k < count; k++) whole += take((int)events[k].data.u32);
  return whole;
}

static void sleep_until(uint64_t ns) {
  struct timespec at = {.tv_sec = (time_t)(ns / 1000000000u), .tv_nsec = (long)(ns % 1000000000u)};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, 0);
}

int main(int count, char **words) {
  if (count != 4 && count != 5) {
    fprintf(stderr, "pacer PORT RATE REQUESTS [GATHER_US]\n");
    return 2;
  }
  uint64_t gather_ns = count == 5 ? strtoull(words[4], 0, 10) * 1000 : 0;
  poller = epoll_create1(0);
  prctl(PR_SET_TIMERSLACK, 1000);
  uint64_t rate = strtoull(words[2], 0, 10), planned = strtoull(words[3], 0, 10), sent = 0, answered = 0;
  for (int i = 0; i < CONNECTIONS; i++) {
    struct epoll_event readable = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
    fds[i] = connected(atoi(words[1]));
    if (epoll_ctl(poller, EPOLL_CTL_ADD, fds[i], &readable) < 0) fail("epoll_ctl");
    free_places[free_count++] = i;
  }
  uint64_t start = now_ns() + LEAD_NS;
  uint64_t latest = start + planned * 1000000000u / rate + GRACE_NS;
  while (answered < planned) {
    if (now_ns() > latest) {
      fprintf(stderr, "pacer: %llu of %llu requests were answered\n", (unsigned long long)answered, (unsigned long long)planned);
      return 1;
    }
    uint64_t next_ns = now_ns() + gather_ns;
    while (sent < planned && free_count > 0 && now_ns() >= start + sent * 1000000000u / rate) {
      char request[128];
      int i = free_places[--free_count];
      int length = sprintf(request, "GET /t/%llu HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n", (unsigned long long)sent++);
      awaited_bytes[i] = ANSWER_BYTES;
      if (send(fds[i], request, (size_t)length, MSG_NOSIGNAL) != length) fail("send");
    }
    if (gather_ns == 0) {
      answered += (uint64_t)take_all();
      continue;
    }
    while (answered < sent && now_ns() < next_ns) answered += (uint64_t)await_some();
    if (answered < planned) sleep_until(next_ns);
  }
  struct timespec used;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  printf("%llu %.3f\n", (unsigned long long)start, (double)used.tv_sec + (double)used.tv_nsec / 1e9);
  return 0;
}

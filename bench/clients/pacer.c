/*
 * The same load as Squall's in C, as exact as it gets: one thread that spins, an instant every 1/RATE seconds, at each a
 * request on a connection that is free. What it misses its instants by is the machine's doing, and Squall's errors are to
 * be read beside it.
 *
 *   pacer PORT RATE REQUESTS
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
#include <sys/socket.h>
#include <time.h>

enum { CONNECTIONS = 256, ANSWER_BYTES = 102, LEAD_NS = 100000000 };
static const uint64_t GRACE_NS = 5000000000u;

static int fds[CONNECTIONS], awaited_bytes[CONNECTIONS], free_places[CONNECTIONS], free_count;

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

/* Takes what has come of the answers that are awaited; how many of them are whole. */
static int take(void) {
  static char bytes[4096];
  int whole = 0;
  for (int i = 0; i < CONNECTIONS; i++) {
    if (awaited_bytes[i] == 0) continue;
    ssize_t n = recv(fds[i], bytes, sizeof bytes, MSG_DONTWAIT);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) fail("recv");
    if (n <= 0 || (awaited_bytes[i] -= (int)n) > 0) continue;
    free_places[free_count++] = i;
    whole++;
  }
  return whole;
}

int main(int count, char **words) {
  if (count != 4) {
    fprintf(stderr, "pacer PORT RATE REQUESTS\n");
    return 2;
  }
  uint64_t rate = strtoull(words[2], 0, 10), planned = strtoull(words[3], 0, 10), sent = 0, answered = 0;
  for (int i = 0; i < CONNECTIONS; i++) {
    fds[i] = connected(atoi(words[1]));
    free_places[free_count++] = i;
  }
  uint64_t start = now_ns() + LEAD_NS;
  uint64_t latest = start + planned * 1000000000u / rate + GRACE_NS;
  while (answered < planned) {
    if (now_ns() > latest) {
      fprintf(stderr, "pacer: %llu of %llu requests were answered\n", (unsigned long long)answered, (unsigned long long)planned);
      return 1;
    }
    while (sent < planned && free_count > 0 && now_ns() >= start + sent * 1000000000u / rate) {
      char request[128];
      int i = free_places[--free_count];
      int length = sprintf(request, "GET /t/%llu HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n", (unsigned long long)sent++);
      awaited_bytes[i] = ANSWER_BYTES;
      if (send(fds[i], request, (size_t)length, MSG_NOSIGNAL) != length) fail("send");
    }
    answered += (uint64_t)take();
  }
  struct timespec used;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  printf("%llu %.3f\n", (unsigned long long)start, (double)used.tv_sec + (double)used.tv_nsec / 1e9);
  return 0;
}

/*
 * A server that knows what it did: it stamps each request's arrival, and answers by a rule whose response times can be
 * computed from the schedule. One thread, epoll, HTTP/1.1 requests without bodies.
 *
 *   truth PORT at-once
 *   truth PORT stall DELAY_MS STALL_MS PERIOD_MS FIRST_MS
 *   truth PORT queue WORKERS SERVICE_MS
 *
 * PORT 0 takes a free one; prints "listening PORT".
 *
 *   stall  answers DELAY after the arrival, and stands still for STALL, first FIRST after the first request, then every
 *          PERIOD: what arrives meanwhile is seen at its end, and what is due meanwhile is answered then
 *   queue  WORKERS take SERVICE each, in the order of arrival; nothing is ever refused
 *
 *   /t/N       stamps arrival number N
 *   /stamps    "N ARRIVED ANSWERED REACHED" a line of all requests so far: nanoseconds of CLOCK_MONOTONIC, 0 where unanswered
 *              or unknown. REACHED is when the kernel took it in (SO_TIMESTAMPNS: on loopback within the sender's send), ARRIVED
 *              when this program had been woken and had read it
 *   /stalls    "BEGIN END" a line of each time in which it did nothing, as it came to pass: the rule's stalls, and those
 *              that it was put to by the machine, which it tells by a tick of a millisecond that came a millisecond late, or more
 *   /reset     forgets them, and begins anew
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { MOST_FDS = 65536, MOST_STAMPS = 1 << 22, MOST_WINDOWS = 1 << 16, MOST_WORKERS = 1024, HELD_BYTES = 4096 };
enum { TICK_NS = 1000000 };
enum { AT_ONCE, STALL, QUEUE };

static const char ANSWER[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 13\r\nConnection: keep-alive\r\n\r\nhello, world!";

typedef struct {
  uint64_t at, answered, reached;
  uint32_t number;
} Stamp;

typedef struct {
  uint64_t due;
  int fd;
  uint32_t life;
  /* Its place among the stamps. */
  uint32_t stamp;
} Answer;

typedef struct {
  uint64_t begin, end;
} Window;

static Stamp *stamps;
static Window windows[MOST_WINDOWS];
static uint32_t windows_seen;
static Answer *answers;
static uint32_t stamped, first_answer, end_answer;
/* A descriptor is used again: an answer that belongs to a connection before it is dropped. */
static uint32_t lives[MOST_FDS];
static char *held[MOST_FDS];
static int held_length[MOST_FDS];
static int mode, workers, timer;
static uint64_t delay, stall, period, first_stall, service, free_at[MOST_WORKERS];
/* When the loop last began to wait, and which of the rule's stalls comes next. */
static uint64_t waited_at, next_stall;

static uint64_t ns_of_clock(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint64_t now_ns(void) { return ns_of_clock(CLOCK_MONOTONIC); }

/*
 * Reads, and tells when the kernel took in the last of what was read, 0 if it does not say. It stamps by the clock of the
 * day. That one is read between two readings of the other, until these are so close that nothing came between.
 */
static ssize_t receive(int fd, char *bytes, size_t room, uint64_t *reached) {
  union {
    char bytes[256];
    struct cmsghdr aligned;
  } control;
  struct iovec into = {bytes, room};
  struct msghdr message = {.msg_iov = &into, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  ssize_t n = recvmsg(fd, &message, 0);
  *reached = 0;
  if (n <= 0) return n;
  for (struct cmsghdr *each = CMSG_FIRSTHDR(&message); each != NULL; each = CMSG_NXTHDR(&message, each)) {
    if (each->cmsg_level != SOL_SOCKET || each->cmsg_type != SCM_TIMESTAMPNS) continue;
    struct timespec t;
    memcpy(&t, CMSG_DATA(each), sizeof t);
    uint64_t at = (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
    uint64_t before, day, after;
    int tries = 0;
    do {
      before = now_ns(), day = ns_of_clock(CLOCK_REALTIME), after = now_ns();
    } while (after - before > 2000 && ++tries < 10);
    /* Of a clock that was set meanwhile nothing can be said. */
    if (day >= at && day - at < before) *reached = before - (day - at);
  }
  return n;
}

/* The instant, from the first request, at which a stalling server would do what is due at t. */
static uint64_t after_stall(uint64_t t) {
  if (t < first_stall) return t;
  uint64_t begin = first_stall + (t - first_stall) / period * period;
  return t < begin + stall ? begin + stall : t;
}

/* Never falls from one arrival to the next, so that one queue of answers is in order. */
static uint64_t due_of(uint64_t at) {
  if (mode == STALL) {
    uint64_t start = stamps[0].at;
    return start + after_stall(after_stall(at - start) + delay);
  }
  int soonest = 0;
  for (int i = 1; i < workers; i++)
    if (free_at[i] < free_at[soonest]) soonest = i;
  uint64_t begin = free_at[soonest] > at ? free_at[soonest] : at;
  return free_at[soonest] = begin + service;
}

static void send_all(int fd, const char *bytes, size_t length) {
  for (size_t sent = 0; sent < length;) {
    ssize_t n = write(fd, bytes + sent, length - sent);
    if (n > 0) sent += (size_t)n;
    else if (n < 0 && errno != EAGAIN && errno != EINTR) return;
  }
}

static void send_text(int fd, char *text, size_t length) {
  char head[128];
  int head_length = sprintf(head, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", length);
  send_all(fd, head, (size_t)head_length);
  send_all(fd, text, length);
  free(text);
}

static void send_stamps(int fd) {
  char *text = malloc((size_t)stamped * 80 + 1);
  size_t length = 0;
  for (uint32_t i = 0; i < stamped; i++)
    length += (size_t)sprintf(text + length, "%u %llu %llu %llu\n", stamps[i].number, (unsigned long long)stamps[i].at,
                              (unsigned long long)stamps[i].answered, (unsigned long long)stamps[i].reached);
  send_text(fd, text, length);
}

static void send_stalls(int fd) {
  char *text = malloc((size_t)windows_seen * 48 + 1);
  size_t length = 0;
  for (uint32_t i = 0; i < windows_seen; i++)
    length += (size_t)sprintf(text + length, "%llu %llu\n", (unsigned long long)windows[i].begin,
                              (unsigned long long)windows[i].end);
  send_text(fd, text, length);
}

static void stood_still(uint64_t begin, uint64_t end) {
  if (windows_seen < MOST_WINDOWS) windows[windows_seen++] = (Window){begin, end};
}

/* The loop waits no longer than a tick: where it did, it was kept from its turn. */
static void see_stalls(void) {
  uint64_t now = now_ns();
  if (now - waited_at > 2 * TICK_NS) stood_still(waited_at, now);
  if (mode != STALL || stamped == 0) return;
  uint64_t begin = stamps[0].at + first_stall + next_stall * period;
  if (now < begin + stall) return;
  stood_still(begin, begin + stall);
  next_stall++;
}

static void send_answer(int fd, uint32_t place, uint64_t at) {
  if (place < stamped) stamps[place].answered = at;
  send_all(fd, ANSWER, sizeof ANSWER - 1);
}

static void request(int fd, const char *line, uint64_t at, uint64_t reached) {
  if (!strncmp(line, "GET /stamps", 11)) {
    send_stamps(fd);
    return;
  }
  if (!strncmp(line, "GET /stalls", 11)) {
    send_stalls(fd);
    return;
  }
  if (!strncmp(line, "GET /reset", 10)) {
    stamped = windows_seen = 0;
    next_stall = 0;
    memset(free_at, 0, sizeof free_at);
    send_all(fd, ANSWER, sizeof ANSWER - 1);
    return;
  }
  if (stamped == MOST_STAMPS) return;
  uint32_t place = stamped++;
  stamps[place] = (Stamp){at, 0, reached, strncmp(line, "GET /t/", 7) ? place : (uint32_t)strtoul(line + 7, 0, 10)};
  if (mode == AT_ONCE) send_answer(fd, place, at);
  else answers[end_answer++ % MOST_STAMPS] = (Answer){due_of(at), fd, lives[fd], place};
}

static void forget(int fd) {
  lives[fd]++;
  held_length[fd] = 0;
}

static void readable(int fd) {
  static char bytes[65537];
  int length = held_length[fd];
  if (length > 0) memcpy(bytes, held[fd], (size_t)length);
  uint64_t reached;
  ssize_t n = receive(fd, bytes + length, sizeof bytes - 1 - (size_t)length, &reached);
  uint64_t at = now_ns();
  if (n <= 0) {
    if (n < 0 && errno == EAGAIN) return;
    forget(fd);
    close(fd);
    return;
  }
  length += (int)n;
  char *from = bytes, *end;
  while ((end = memmem(from, (size_t)(length - (from - bytes)), "\r\n\r\n", 4)) != NULL) {
    request(fd, from, at, reached);
    from = end + 4;
  }
  held_length[fd] = length - (int)(from - bytes);
  if (held_length[fd] > HELD_BYTES) {
    forget(fd);
    close(fd);
    return;
  }
  if (held_length[fd] == 0) return;
  if (held[fd] == NULL) held[fd] = malloc(HELD_BYTES);
  memcpy(held[fd], from, (size_t)held_length[fd]);
}

static void answer_due(void) {
  uint64_t now = now_ns();
  for (; first_answer != end_answer; first_answer++) {
    Answer *next = &answers[first_answer % MOST_STAMPS];
    if (next->due > now) {
      struct itimerspec at = {.it_value = {(time_t)(next->due / 1000000000u), (long)(next->due % 1000000000u)}};
      timerfd_settime(timer, TFD_TIMER_ABSTIME, &at, NULL);
      return;
    }
    if (lives[next->fd] == next->life) send_answer(next->fd, next->stamp, now_ns());
  }
}

static void accept_all(int poll, int listener) {
  for (;;) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK), one = 1;
    if (fd < 0) return;
    if (fd >= MOST_FDS) {
      close(fd);
      continue;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof one);
    forget(fd);
    epoll_ctl(poll, EPOLL_CTL_ADD, fd, &(struct epoll_event){.events = EPOLLIN, .data.fd = fd});
  }
}

static uint64_t ns_of(const char *ms) { return (uint64_t)(atof(ms) * 1e6); }

static int usage(void) {
  fprintf(stderr, "truth PORT at-once | stall DELAY_MS STALL_MS PERIOD_MS FIRST_MS | queue WORKERS SERVICE_MS\n");
  return 2;
}

int main(int count, char **words) {
  if (count < 3) return usage();
  if (!strcmp(words[2], "stall") && count == 7) {
    mode = STALL;
    delay = ns_of(words[3]), stall = ns_of(words[4]), period = ns_of(words[5]), first_stall = ns_of(words[6]);
  } else if (!strcmp(words[2], "queue") && count == 5 && atoi(words[3]) <= MOST_WORKERS) {
    mode = QUEUE;
    workers = atoi(words[3]), service = ns_of(words[4]);
  } else if (strcmp(words[2], "at-once")) return usage();
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  signal(SIGPIPE, SIG_IGN);
  stamps = malloc(sizeof(Stamp) * MOST_STAMPS);
  answers = malloc(sizeof(Answer) * MOST_STAMPS);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(words[1]))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 4096) ||
      getsockname(listener, (struct sockaddr *)&address, &size)) {
    perror("truth");
    return 1;
  }
  printf("listening %d\n", ntohs(address.sin_port));
  fflush(stdout);
  int poll = epoll_create1(0);
  timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  epoll_ctl(poll, EPOLL_CTL_ADD, listener, &(struct epoll_event){.events = EPOLLIN, .data.fd = listener});
  epoll_ctl(poll, EPOLL_CTL_ADD, timer, &(struct epoll_event){.events = EPOLLIN, .data.fd = timer});
  int ticks = -1;
  if (mode != AT_ONCE) {
    ticks = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    timerfd_settime(ticks, 0, &(struct itimerspec){{0, TICK_NS}, {0, TICK_NS}}, NULL);
    epoll_ctl(poll, EPOLL_CTL_ADD, ticks, &(struct epoll_event){.events = EPOLLIN, .data.fd = ticks});
  }
  waited_at = now_ns();
  for (;;) {
    struct epoll_event events[512];
    int ready = epoll_wait(poll, events, 512, -1);
    if (mode != AT_ONCE) see_stalls();
    for (int i = 0; i < ready; i++) {
      int fd = events[i].data.fd;
      uint64_t times;
      if (fd == listener) accept_all(poll, listener);
      else if (fd == timer || fd == ticks) (void)!read(fd, &times, sizeof times);
      else readable(fd);
    }
    if (mode != AT_ONCE) answer_due();
    waited_at = now_ns();
  }
}

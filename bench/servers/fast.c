/*
 * The bench's target: answers as fast as one thread can, so that what is timed is the load generator.
 *
 *   fast PORT [CERTIFICATE KEY]       PORT 0 takes a free one; prints "listening PORT"; built with -DTLS it speaks TLS
 *
 * It is a fair server, not a canned echo: it finds each request's end by its head and Content-Length, answers requests of
 * one connection in their order, waits where a socket is full, and counts what it has answered. HTTP/1.1 only; requests
 * with chunked bodies are not understood.
 *
 *   /count     "REQUESTS CONNECTIONS" so far, in decimal; itself not counted
 *   /large     10,000 bytes
 *   /item/...  a JSON object
 *   else       13 bytes
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <arpa/inet.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#ifdef TLS
#include <openssl/err.h>
#include <openssl/ssl.h>
#endif

#define HEAD_FORMAT                                                                                                   \
  "HTTP/1.1 200 OK\r\nServer: fast/1.0\r\nDate: Tue, 01 Jul 2025 00:00:00 GMT\r\nContent-Type: %s\r\n"                 \
  "Content-Length: %zu\r\nConnection: keep-alive\r\n\r\n"

enum { MOST_FDS = 65536, READ_BYTES = 65536, HELD_BYTES = 16384, LARGE_BODY = 10000 };

typedef struct {
  char *bytes;
  size_t length;
} Answer;

typedef struct {
  int fd;
  /* The beginning of a request whose end has not come. */
  char *held;
  size_t held_length;
  /* Body bytes of the current request that are still to be passed over. */
  uint64_t body_left;
  /* What could not be written yet. */
  char *waiting;
  size_t waiting_from, waiting_length;
#ifdef TLS
  SSL *ssl;
#endif
} Connection;

static Connection *connections[MOST_FDS];
static uint64_t requests, opened;
static Answer small, large, item;
static int poller;
#ifdef TLS
static SSL_CTX *tls;
#endif

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static Answer make_answer(const char *type, const char *body, size_t length) {
  char head[512];
  int head_length = snprintf(head, sizeof head, HEAD_FORMAT, type, length);
  Answer answer = {malloc(head_length + length), head_length + length};
  memcpy(answer.bytes, head, head_length);
  memcpy(answer.bytes + head_length, body, length);
  return answer;
}

static void make_answers(void) {
  static char body[LARGE_BODY];
  memset(body, 'x', sizeof body);
  static const char json[] =
      "{\"id\":4711,\"name\":\"Folding chair\",\"price\":{\"amount\":49.9,\"currency\":\"EUR\"},"
      "\"tags\":[\"garden\",\"sale\"],\"stock\":17}";
  small = make_answer("text/plain", "hello, world!", 13);
  large = make_answer("text/plain", body, sizeof body);
  item = make_answer("application/json", json, sizeof json - 1);
}

static void drop(Connection *connection) {
  connections[connection->fd] = NULL;
#ifdef TLS
  SSL_free(connection->ssl);
#endif
  close(connection->fd);
  free(connection->held);
  free(connection->waiting);
  free(connection);
}

/* Bytes read, 0 where there are none yet, -1 where the connection has ended. */
static ssize_t read_some(Connection *connection, char *into, size_t most) {
#ifdef TLS
  ERR_clear_error();
  int got = SSL_read(connection->ssl, into, (int)most);
  if (got > 0) return got;
  int error = SSL_get_error(connection->ssl, got);
  return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? 0 : -1;
#else
  ssize_t got = read(connection->fd, into, most);
  if (got > 0) return got;
  return got < 0 && errno == EAGAIN ? 0 : -1;
#endif
}

static ssize_t write_some(Connection *connection, const char *bytes, size_t length) {
#ifdef TLS
  ERR_clear_error();
  int put = SSL_write(connection->ssl, bytes, (int)length);
  if (put > 0) return put;
  int error = SSL_get_error(connection->ssl, put);
  return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? 0 : -1;
#else
  ssize_t put = write(connection->fd, bytes, length);
  if (put >= 0) return put;
  return errno == EAGAIN ? 0 : -1;
#endif
}

/* Writes, or keeps what the socket does not take; then the connection is read no further until all is gone. */
static int answer_with(Connection *connection, const char *bytes, size_t length) {
  size_t done = 0;
  while (connection->waiting_length == 0 && done < length) {
    ssize_t put = write_some(connection, bytes + done, length - done);
    if (put < 0) return -1;
    if (put == 0) break;
    done += put;
  }
  size_t rest = length - done;
  if (rest == 0) return 0;
  size_t end = connection->waiting_from + connection->waiting_length;
  connection->waiting = realloc(connection->waiting, end + rest);
  memcpy(connection->waiting + end, bytes + done, rest);
  connection->waiting_length += rest;
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.fd = connection->fd};
  epoll_ctl(poller, EPOLL_CTL_MOD, connection->fd, &event);
  return 0;
}

static int answer_request(Connection *connection, const char *target) {
  if (strncmp(target, "/count ", 7) == 0) {
    char body[64];
    int length = snprintf(body, sizeof body, "%llu %llu", (unsigned long long)requests, (unsigned long long)opened);
    Answer answer = make_answer("text/plain", body, length);
    int put = answer_with(connection, answer.bytes, answer.length);
    free(answer.bytes);
    return put;
  }
  requests++;
  const Answer *answer = strncmp(target, "/large", 6) == 0 ? &large : strncmp(target, "/item", 5) == 0 ? &item : &small;
  return answer_with(connection, answer->bytes, answer->length);
}

static uint64_t body_length(const char *head, const char *end) {
  for (const char *line = head; line != NULL; line = memchr(line, '\n', end - line)) {
    if (*line == '\n') line++;
    if (strncasecmp(line, "content-length:", 15) == 0) return strtoull(line + 15, NULL, 10);
  }
  return 0;
}

/* Answers every request that is complete in the bytes; gives how many bytes it used, or -1. */
static ssize_t take_requests(Connection *connection, char *bytes, size_t length) {
  size_t at = 0;
  while (at < length) {
    if (connection->body_left > 0) {
      uint64_t left = length - at;
      uint64_t passed = left < connection->body_left ? left : connection->body_left;
      connection->body_left -= passed;
      at += passed;
      continue;
    }
    char *end = memmem(bytes + at, length - at, "\r\n\r\n", 4);
    if (end == NULL) break;
    char *target = memchr(bytes + at, ' ', end - (bytes + at));
    if (target == NULL) return -1;
    /* A request is answered when its head has come; what is left of its body is passed over. */
    if (bytes[at] != 'G') connection->body_left = body_length(bytes + at, end);
    if (answer_request(connection, target + 1) < 0) return -1;
    at = end + 4 - bytes;
  }
  return at;
}

static int on_readable(Connection *connection) {
  static char bytes[HELD_BYTES + READ_BYTES];
  for (;;) {
    size_t held = connection->held_length;
    if (held > 0) memcpy(bytes, connection->held, held);
    ssize_t got = read_some(connection, bytes + held, READ_BYTES);
    if (got <= 0) return (int)got;
    ssize_t used = take_requests(connection, bytes, held + got);
    if (used < 0) return -1;
    size_t rest = held + got - used;
    if (rest > HELD_BYTES) return -1;
    if (rest > 0) {
      if (connection->held == NULL) connection->held = malloc(HELD_BYTES);
      memcpy(connection->held, bytes + used, rest);
    }
    connection->held_length = rest;
#ifdef TLS
    /* The library may hold more than epoll knows of. */
    if (SSL_pending(connection->ssl) > 0) continue;
#endif
    return 0;
  }
}

static int on_writable(Connection *connection) {
  while (connection->waiting_length > 0) {
    ssize_t put = write_some(connection, connection->waiting + connection->waiting_from, connection->waiting_length);
    if (put < 0) return -1;
    if (put == 0) return 0;
    connection->waiting_from += put;
    connection->waiting_length -= put;
  }
  connection->waiting_from = 0;
  struct epoll_event event = {.events = EPOLLIN, .data.fd = connection->fd};
  epoll_ctl(poller, EPOLL_CTL_MOD, connection->fd, &event);
  return on_readable(connection);
}

static void accept_all(int listener) {
  for (;;) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    if (fd < 0) return;
    if (fd >= MOST_FDS) {
      close(fd);
      continue;
    }
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    Connection *connection = calloc(1, sizeof *connection);
    connection->fd = fd;
#ifdef TLS
    connection->ssl = SSL_new(tls);
    SSL_set_fd(connection->ssl, fd);
    SSL_set_accept_state(connection->ssl);
#endif
    connections[fd] = connection;
    opened++;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
  }
}

static int listen_on(int port) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096)) fail("listen");
  socklen_t length = sizeof address;
  getsockname(listener, (struct sockaddr *)&address, &length);
  printf("listening %d\n", ntohs(address.sin_port));
  fflush(stdout);
  return listener;
}

int main(int count, char **arguments) {
  if (count < 2) return 1;
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  signal(SIGPIPE, SIG_IGN);
  make_answers();
#ifdef TLS
  if (count < 4) return 1;
  tls = SSL_CTX_new(TLS_server_method());
  SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  if (SSL_CTX_use_certificate_chain_file(tls, arguments[2]) != 1) fail(arguments[2]);
  if (SSL_CTX_use_PrivateKey_file(tls, arguments[3], SSL_FILETYPE_PEM) != 1) fail(arguments[3]);
#endif
  poller = epoll_create1(0);
  int listener = listen_on(atoi(arguments[1]));
  struct epoll_event events[1024] = {{.events = EPOLLIN, .data.fd = listener}};
  epoll_ctl(poller, EPOLL_CTL_ADD, listener, &events[0]);
  for (;;) {
    int ready = epoll_wait(poller, events, 1024, -1);
    for (int i = 0; i < ready; i++) {
      int fd = events[i].data.fd;
      if (fd == listener) {
        accept_all(listener);
        continue;
      }
      Connection *connection = connections[fd];
      if (connection == NULL) continue;
      int result = connection->waiting_length > 0 ? on_writable(connection) : on_readable(connection);
      if (result < 0) drop(connection);
    }
  }
}

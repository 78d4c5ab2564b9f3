#define _GNU_SOURCE
// Asks at a steady pace, in turn on a kept and on a new connection, and tells of each request when it was due (CLOCK_MONOTONIC) and how long it took.
// A request that could not begin because the one before was slow counts from when it was due.
// usage: pace PORT RATE SECONDS. Prints a line a request at the end: MICROSECONDS_DUE MICROSECONDS_TAKEN; -1 taken for one that failed.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
static long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000L + t.tv_nsec / 1000;
}
static int open_connection(int port) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct timeval limit = {5, 0};
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
    return fd;
  close(fd);
  return -1;
}
// One short answer, whole as soon as its head is: bodies here travel with their heads.
static int ask(int fd, int keeps) {
  char text[4096], *request = keeps ? "GET / HTTP/1.1\r\nHost: a\r\n\r\n" : "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  if (send(fd, request, strlen(request), MSG_NOSIGNAL) < 0)
    return -1;
  long count = recv(fd, text, sizeof text, 0);
  return count > 12 && memcmp(text, "HTTP/1.1 200", 12) == 0 ? 0 : -1;
}
int main(int count, char **words) {
  if (count != 4)
    return 2;
  int port = atoi(words[1]), kept = -1;
  long rate = atol(words[2]), requests = rate * atol(words[3]), begin = now() + 100000, before = 0;
  long *due = malloc(requests * sizeof *due), *taken = malloc(requests * sizeof *taken);
  memset(due, 0, requests * sizeof *due);
  memset(taken, 0, requests * sizeof *taken);
  for (long i = 0; i < requests; i++) {
    due[i] = begin + i * 1000000 / rate;
    struct timespec until = {due[i] / 1000000, due[i] % 1000000 * 1000};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, 0);
    long from = before > due[i] ? due[i] : now();
    int keeps = i % 2, fd = keeps && kept >= 0 ? kept : open_connection(port);
    int failed = fd < 0 || ask(fd, keeps) < 0;
    before = now();
    taken[i] = failed ? -1 : before - from;
    kept = keeps && !failed ? fd : keeps ? -1 : kept;
    if (fd >= 0 && fd != kept)
      close(fd);
  }
  for (long i = 0; i < requests; i++)
    printf("%ld %ld\n", due[i], taken[i]);
}

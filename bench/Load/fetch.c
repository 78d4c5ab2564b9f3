#define _GNU_SOURCE
// Fetches one path over many kept connections for a while and tells how evenly they were served.
// usage: fetch PORT PATH CONNECTIONS SECONDS. Prints bytes of the slowest, the median and the fastest connection.
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
struct conn {
  int fd;
  long total, left; // left: bytes of the answer still to come; -1 while its head is awaited
  int headlen;
  char head[1024];
};
static char request[512];
static int requestlen;
static char sink[262144];
static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}
static void ask(struct conn *c) {
  c->left = -1;
  c->headlen = 0;
  if (send(c->fd, request, requestlen, MSG_NOSIGNAL) != requestlen)
    c->left = 0;
}
static void got(struct conn *c, char *bytes, long count) {
  c->total += count;
  while (count > 0) {
    if (c->left < 0) {
      c->head[c->headlen++] = *bytes++;
      count--;
      if (c->headlen == sizeof c->head - 1) {
        fprintf(stderr, "fetch: the head of an answer is too long\n");
        exit(1);
      }
      if (c->headlen < 4 || memcmp(c->head + c->headlen - 4, "\r\n\r\n", 4))
        continue;
      c->head[c->headlen] = 0;
      char *length = strcasestr(c->head, "content-length:");
      c->left = length ? atol(length + 15) : 0;
      continue;
    }
    long take = count < c->left ? count : c->left;
    c->left -= take;
    bytes += take;
    count -= take;
    if (c->left == 0)
      ask(c);
  }
}
static int byTotal(const void *a, const void *b) {
  long x = ((struct conn *)a)->total, y = ((struct conn *)b)->total;
  return (x > y) - (x < y);
}
int main(int argc, char **argv) {
  if (argc < 5)
    return 2;
  int n = atoi(argv[3]), ep = epoll_create1(0);
  double end = now() + atof(argv[4]);
  requestlen = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: bench\r\n\r\n", argv[2]);
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct conn *all = calloc(n, sizeof *all);
  for (int i = 0; i < n; i++) {
    all[i].fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(all[i].fd, (void *)&a, sizeof a)) {
      perror("fetch: connect");
      return 1;
    }
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = &all[i]};
    epoll_ctl(ep, EPOLL_CTL_ADD, all[i].fd, &e);
    ask(&all[i]);
  }
  while (now() < end) {
    struct epoll_event events[64];
    int m = epoll_wait(ep, events, 64, 50);
    for (int k = 0; k < m; k++) {
      struct conn *c = events[k].data.ptr;
      long r = recv(c->fd, sink, sizeof sink, MSG_DONTWAIT);
      if (r > 0)
        got(c, sink, r);
      else if (r == 0 || errno != EAGAIN)
        epoll_ctl(ep, EPOLL_CTL_DEL, c->fd, 0);
    }
  }
  qsort(all, n, sizeof *all, byTotal);
  printf("%ld %ld %ld\n", all[0].total, all[n / 2].total, all[n - 1].total);
  return 0;
}

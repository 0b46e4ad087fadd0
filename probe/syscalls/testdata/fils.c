/* A server and eight clients in threads, one after the other, read and write. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in a = {.sin_family = AF_INET};

static void *client(void *unused) {
	char b[16];
	int s = socket(AF_INET, SOCK_STREAM, 0);
	connect(s, (void *)&a, sizeof a);
	write(s, "bonjour", 7);
	read(s, b, sizeof b);
	shutdown(s, SHUT_WR);
	read(s, b, sizeof b);
	close(s);
	return unused;
}

int main(void) {
	char b[16];
	int one = 1, s = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t l = sizeof a;
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	bind(s, (void *)&a, sizeof a);
	getsockname(s, (void *)&a, &l);
	listen(s, 3);
	for (int i = 0; i < 8; i++) {
		pthread_t t;
		pthread_create(&t, 0, client, 0);
		struct pollfd p = {.fd = s, .events = POLLIN};
		poll(&p, 1, -1);
		struct sockaddr_in from;
		l = sizeof from;
		int c = accept(s, (void *)&from, &l);
		int n = read(c, b, sizeof b);
		write(c, b, n);
		read(c, b, sizeof b);
		close(c);
		pthread_join(t, 0);
	}
	close(s);
	close(s);
	int u = socket(AF_INET, SOCK_DGRAM, 0);
	sendto(u, "perdu", 5, 0, (void *)&a, sizeof a);
	int d = dup(u);
	close(u);
	close(d);
	connect(-1, (void *)&a, sizeof a);
	write(1, "fin\n", 4);
	return 3;
}

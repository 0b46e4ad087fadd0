/* Sends and receives one byte on a pair of sockets, as often as asked. */
#include <stdlib.h>
#include <sys/socket.h>

int main(int argc, char **argv) {
	int s[2], n = argc > 1 ? atoi(argv[1]) : 20000;
	char b[16];
	socketpair(AF_UNIX, SOCK_STREAM, 0, s);
	for (int i = 0; i < n; i++) {
		send(s[0], "x", 1, 0);
		recv(s[1], b, sizeof b, 0);
	}
	return 0;
}

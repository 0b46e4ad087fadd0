/* Threads that end in each way: one that is waited for, one that never comes
 * out of its call, four that come to their exit while the process ends. */
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

static int go, ends[2];

static void *waited(void *unused) {
	return unused;
}

static void *blocked(void *unused) {
	char b;
	read(ends[0], &b, 1);
	return unused;
}

static void *late(void *unused) {
	while (!__atomic_load_n(&go, __ATOMIC_ACQUIRE))
		;
	syscall(SYS_exit, 0);
	return unused;
}

int main(void) {
	pthread_t t;
	pipe(ends);
	pthread_create(&t, 0, waited, 0);
	pthread_join(t, 0);
	pthread_create(&t, 0, blocked, 0);
	for (int i = 0; i < 4; i++)
		pthread_create(&t, 0, late, 0);
	__atomic_store_n(&go, 1, __ATOMIC_RELEASE);
	return 0;
}

# Every message is the number of the line that sends it. Statements that call
# stand on one line, so that there is one right answer.
import contextlib, functools, socket, sys, threading
a, b = socket.socketpair()
threading.Thread(target=lambda: [None for _ in iter(lambda: b.recv(65536), b"")], daemon=True).start()


def ligne(depth=1):
    return b"%d" % sys._getframe(depth).f_lineno


def envoie():
    a.send(ligne())


def imbrique(n):
    if n:
        imbrique(n - 1)
        a.send(ligne())
    a.send(ligne())


def generateur():
    a.send(ligne())
    yield 1
    a.send(ligne())
    yield 2
    a.send(ligne())


class Gestionnaire:
    def __enter__(self):
        a.send(ligne())
        return self

    def __exit__(self, *_):
        a.send(ligne())

    @property
    def valeur(self):
        a.send(ligne())
        return 3

    def __del__(self):
        # Before 3.11, a traced Python frees what a function drops only when it
        # comes to the next line, and traces nothing meanwhile: the line that
        # dropped it is told.
        if sys.version_info >= (3, 11):
            a.send(ligne())


@functools.lru_cache(None)
def garde(n):
    a.send(ligne())
    return n


@contextlib.contextmanager
def contexte():
    a.send(ligne())
    try:
        yield
    finally:
        a.send(ligne())


def leve():
    a.send(ligne())
    raise ValueError


def travail():
    for _ in range(10):
        a.send(ligne())
        envoie()
    imbrique(4)
    a.send(ligne())
    for _ in generateur():
        a.send(ligne())
    with Gestionnaire() as g:
        a.send(ligne())
        g.valeur
        a.send(ligne())
    del g
    a.send(ligne())
    [a.send(ligne()) for _ in range(3)]
    (lambda: a.send(ligne()))()
    sorted([3, 1, 2], key=lambda x: a.send(ligne()))
    a.send(ligne())
    garde(threading.get_ident())
    a.send(ligne())
    with contexte():
        a.send(ligne())
    a.send(ligne())
    try:
        leve()
        a.send(ligne())  # jamais
    except ValueError:
        a.send(ligne())
    finally:
        a.send(ligne())
    a.send(ligne())
    i = 0
    while i < 5:
        i += 1
        if i % 2:
            a.send(ligne())
            continue
        a.send(ligne())
    exec(compile("pass", "<ailleurs>", "exec"))
    a.send(ligne())


travail()
fils = [threading.Thread(target=travail, name="fil-%d" % i) for i in range(5)]
for f in fils:
    f.start()
for f in fils:
    f.join()
a.send(ligne())

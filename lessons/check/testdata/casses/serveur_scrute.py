# rôle : serveur
# faute : rien : accept() se réveille toutes les deux secondes
# échoué :
# non vérifié :
# dit : exit : accept() attend 2 s à la fois
import socket
import threading

ecoute = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
ecoute.bind(("localhost", 12345))
ecoute.listen(1)
print("[Serveur] Prêt.")
fini = threading.Event()


def servir(client):
    with client:
        while (mot := client.recv(1024).decode()).lower() not in ("", "exit"):
            print("[Client]", mot)
    fini.set()


ecoute.settimeout(2)
while not fini.is_set():
    try:
        client, _ = ecoute.accept()
    except TimeoutError:
        continue
    client.settimeout(None)
    threading.Thread(target=servir, args=(client,)).start()
ecoute.close()

# client2.py : une conversation dans les deux sens, côté client.
#
# Les « À VOUS » sont numérotés dans l'ordre où les écrire : le premier est en
# bas. labo dit ce que le noyau en a vu : labo etape 3
import socket
import threading

HOTE = "localhost"
PORT = 12345
INVITE = "[Client >>>] "


def recevoir(sock):
    """Affiche ce que dit le serveur, jusqu'à son « exit »."""
    # À VOUS 2 : dans une boucle, recevez un message et affichez-le derrière
    #            « [Serveur] » ; s'il est vide, ou « exit », dites « [Serveur]
    #            a quitté la conversation. » et sortez.
#2-=    while True:
#2-=        message = sock.recv(1024).decode()
#2-=        if not message or message.lower() == "exit":
#2-=            print("[Serveur] a quitté la conversation.")
#2-=            break
#2-=        print(f"[Serveur] {message}")
#2-=        print(INVITE, end="", flush=True)


def envoyer(sock):
    """Envoie ce qui est tapé ici, jusqu'à « exit »."""
    # À VOUS 4 : dans une boucle, lisez une ligne au clavier, avec INVITE, et
    #            envoyez-la ; après « exit », sortez.
#4-=    while True:
#4-=        message = input(INVITE)
#4-=        sock.sendall(message.encode())
#4-=        if message.lower() == "exit":
#4-=            break


# Appeler le serveur : vos lignes de client.py.
client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
client.connect((HOTE, PORT))
print("[Client] Connecté au serveur.")

# À VOUS 1 : créez un thread, nommé « ecoute », qui exécutera
#            recevoir(client), et lancez-le.
#1-=ecoute = threading.Thread(target=recevoir, args=(client,))
#1-=ecoute.start()

# À VOUS 3 : de même, un thread nommé « ecriture », pour envoyer(client).
#3-=ecriture = threading.Thread(target=envoyer, args=(client,))
#3-=ecriture.start()

# À VOUS 5 : attendez la fin de ces deux threads.
#5-=ecoute.join()
#5-=ecriture.join()

# À VOUS 6 : rendez le socket au noyau.
#6-=client.close()

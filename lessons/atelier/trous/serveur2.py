# serveur2.py : une conversation dans les deux sens, côté serveur.
#
# Les « À VOUS » sont numérotés dans l'ordre où les écrire : le premier est en
# bas. labo dit ce que le noyau en a vu : labo etape 3
import socket
import threading

HOTE = "localhost"
PORT = 12345
INVITE = "[Serveur >>>] "


def recevoir(connexion):
    """Affiche ce que dit le client, jusqu'à son « exit » ou son départ."""
    # À VOUS 2 : dans une boucle, recevez un message et affichez-le derrière
    #            « [Client] » ; s'il est vide, ou « exit », dites « [Client] a
    #            quitté la conversation. » et sortez.
#2-=    while True:
#2-=        message = connexion.recv(1024).decode()
#2-=        if not message or message.lower() == "exit":
#2-=            print("[Client] a quitté la conversation.")
#2-=            break
#2-=        print(f"[Client] {message}")
#2-=        print(INVITE, end="", flush=True)


def envoyer(connexion):
    """Envoie ce qui est tapé ici, jusqu'à « exit »."""
    # À VOUS 4 : dans une boucle, lisez une ligne au clavier, avec INVITE, et
    #            envoyez-la ; après « exit », sortez.
#4-=    while True:
#4-=        message = input(INVITE)
#4-=        connexion.sendall(message.encode())
#4-=        if message.lower() == "exit":
#4-=            break


# Ouvrir le port et attendre un client : vos lignes de serveur.py.
serveur = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
serveur.bind((HOTE, PORT))
serveur.listen(1)
print("[Serveur] En attente de connexion...")
connexion, adresse = serveur.accept()
print(f"[Serveur] Connecté à {adresse}")

# À VOUS 1 : créez un thread, nommé « ecoute », qui exécutera
#            recevoir(connexion), et lancez-le.
#1-=ecoute = threading.Thread(target=recevoir, args=(connexion,))
#1-=ecoute.start()

# À VOUS 3 : de même, un thread nommé « ecriture », pour envoyer(connexion).
#3-=ecriture = threading.Thread(target=envoyer, args=(connexion,))
#3-=ecriture.start()

# À VOUS 5 : attendez la fin de ces deux threads.
#5-=ecoute.join()
#5-=ecriture.join()

# À VOUS 6 : rendez les deux sockets au noyau.
#6-=connexion.close()
#6-=serveur.close()

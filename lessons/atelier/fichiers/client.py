# client.py : se connecte au serveur et lui envoie ce que vous tapez.
#
# Lancez d'abord serveur.py dans un autre terminal.
import socket

HOTE = "localhost"  # le serveur est sur cette machine
PORT = 12345        # le même numéro que dans serveur.py

# Un socket TCP. Le noyau choisira lui-même notre propre port.
client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)

# Appeler le serveur.
client.connect((HOTE, PORT))
print("[Client] Connecté au serveur. Tapez vos messages :")

# Lire une ligne au clavier, l'envoyer, recommencer. « exit » termine.
while True:
    message = input(">>> ")
    client.sendall(message.encode())  # encode() : du texte vers des octets
    if message.lower() == "exit":
        break

# Rendre le socket au noyau.
client.close()

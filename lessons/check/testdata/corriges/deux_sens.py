# What serveur2.py and client2.py share: messages out of a stream of bytes,
# and a conversation in both directions.
import codecs
import socket
import threading

SILENCE = 0.2  # s: text without a line end is a message after that


def recus(connexion):
    """Yields the messages that arrive, until the other side leaves."""
    decodeur = codecs.getincrementaldecoder("utf-8")("replace")
    texte = ""
    while True:
        complet = texte and not decodeur.getstate()[0]
        connexion.settimeout(SILENCE if complet else None)
        try:
            donnees = connexion.recv(1024)
        except socket.timeout:
            yield texte
            texte = ""
            continue
        except OSError:
            return
        if not donnees:
            return
        texte += decodeur.decode(donnees)
        *lignes, texte = texte.split("\n")
        for ligne in lignes:
            yield ligne.rstrip("\r")

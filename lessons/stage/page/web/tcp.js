// The states of a connection (RFC 9293, figure 5), and what leads from one to
// another.

// places are the column and the row of each state.
export const places = {
  CLOSED: [1, 0],
  LISTEN: [0, 1],
  "SYN-SENT": [2, 1],
  "SYN-RECEIVED": [0, 2],
  ESTABLISHED: [1, 3],
  "FIN-WAIT-1": [0, 4],
  "CLOSE-WAIT": [2, 4],
  "FIN-WAIT-2": [0, 5],
  CLOSING: [1, 5],
  "LAST-ACK": [2, 5],
  "TIME-WAIT": [1, 6],
};

// arrows are what happens to a socket, from its own side. The last two go
// around, along the right and the left.
export const arrows = [
  ["CLOSED", "LISTEN", "listen()"],
  ["CLOSED", "SYN-SENT", "connect()"],
  ["LISTEN", "SYN-RECEIVED", "SYN reçu"],
  ["SYN-SENT", "SYN-RECEIVED", "SYN reçu"],
  ["SYN-SENT", "ESTABLISHED", "réponse reçue"],
  ["SYN-RECEIVED", "ESTABLISHED", "ACK reçu"],
  ["SYN-RECEIVED", "FIN-WAIT-1", "close()"],
  ["ESTABLISHED", "FIN-WAIT-1", "close()"],
  ["ESTABLISHED", "CLOSE-WAIT", "FIN reçu"],
  ["FIN-WAIT-1", "FIN-WAIT-2", "ACK reçu"],
  ["FIN-WAIT-1", "CLOSING", "FIN reçu"],
  ["FIN-WAIT-1", "TIME-WAIT", ""], // the FIN brings the ACK; what has no words is not drawn until it is seen
  ["LISTEN", "CLOSED", ""],
  ["SYN-SENT", "CLOSED", ""],
  ["FIN-WAIT-2", "TIME-WAIT", "FIN reçu"],
  ["CLOSING", "TIME-WAIT", "ACK reçu"],
  ["CLOSE-WAIT", "LAST-ACK", "close()"],
  ["LAST-ACK", "CLOSED", "ACK reçu"],
  ["TIME-WAIT", "CLOSED", "délai passé"],
];

// between returns how a socket can have gone from one state to another: the
// states of the only way there is, both ends with it; null where there are
// several ways, or none. A socket can be forgotten from any state (RST): of that
// only a single arrow is known.
export function between(from, to) {
  if (arrows.some(([a, b]) => a === from && b === to)) return [from, to];
  if (to === "CLOSED") return null;
  const ways = [];
  const walk = (way) => {
    const at = way.at(-1);
    if (at === to) return void ways.push(way);
    for (const [a, b] of arrows) if (a === at && b !== "CLOSED" && !way.includes(b)) walk([...way, b]);
  };
  walk([from]);
  return ways.length === 1 ? ways[0] : null;
}

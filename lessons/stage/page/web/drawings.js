// The drawings beside the text. Each has show(messages, from, to): draw what the
// messages from the beginning of the scene up to "to" have measured. Called
// again with a later or an earlier "to"; it never measures and never waits.

export function drawings(place) {
  return [];
}

// Chance that repeats: the same name and number give the same figure, in whatever order they are asked.

/** Figures from 0 to 1 under one name: FNV-1a over the name, then mulberry32's mixing. */
export function makeChances(name: string): (index: number) => number {
  let hash = 0x811c9dc5
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193)
  return index => {
    const state = (hash + Math.imul(index, 0x9e3779b9) + 0x6d2b79f5) >>> 0
    let value = Math.imul(state ^ (state >>> 15), state | 1)
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61)
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296
  }
}

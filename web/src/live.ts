// What is shown follows from what is known: the place, what is stored, what is loaded. Whoever changes any of it calls redraw();
// everything is then drawn anew, and Preact changes what is different. So no component holds state, and none has to be told.

let draw = (): void => {}
let isPlanned = false

/** Says how everything is drawn. */
export function drawBy(how: () => void): void {
  draw = how
}

/** Draws once, however many changes were made in this turn. */
export function redraw(): void {
  if (isPlanned) return
  isPlanned = true
  queueMicrotask(() => {
    isPlanned = false
    draw()
  })
}

/** Tells those who do not see the screen what has changed on it. The element is in index.html: it has to be there before. */
export function say(words: string): void {
  ;(document.getElementById('said') as HTMLElement).textContent = words
}

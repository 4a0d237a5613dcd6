/** Stars of five, in parts, too. */
export const Stars = ({ of }: { of: number }) => (
  <span class="stars" role="img" aria-label={`${of} of 5 stars`} style={{ '--part': `${of * 20}%` }} />
)

interface PagesProps {
  of: { page: number; pageSize: number; total: number }
  /** The address of a page. */
  to: (page: number) => string
}

/** The way to the pages before and after; nothing where there is but one. */
export function Pages({ of: { page, pageSize, total }, to }: PagesProps) {
  const last = Math.ceil(total / pageSize)
  const link = (next: number, words: string) =>
    next > 0 &&
    next <= last && (
      <a class="button" href={to(next)}>
        {words}
      </a>
    )
  return last > 1 ? (
    <nav class="pages" aria-label="Pages">
      {link(page - 1, 'Back')} Page {page} of {last} {link(page + 1, 'Next')}
    </nav>
  ) : null
}

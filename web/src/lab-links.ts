/** The lab behind this store: what its footer links to. */
export interface LabLink {
  readonly name: string
  readonly url: string
}

/** From the page, into which the gateway writes the addresses it was told; empty where it did not. */
export function readLabLinks(): LabLink[] {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="lab-links"]')
  return meta ? JSON.parse(meta.content) : []
}

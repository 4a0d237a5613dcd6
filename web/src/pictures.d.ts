declare module '*.svg' {
  /** Where the file is served, its hash in its name. */
  const url: string
  export default url
}

import { Empty } from '../components/empty.tsx'

export const NotFound = () => (
  <Empty
    heading="Page not found"
    words="There is no such page in our store. It may have moved, or the address has a slip of the pen."
  />
)

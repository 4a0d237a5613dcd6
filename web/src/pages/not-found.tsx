import { Heading } from '../components/heading.tsx'
import { toHome } from '../paths.ts'

export const NotFound = () => (
  <div class="empty">
    <Heading text="Page not found" />
    <p>There is no such page in our store. It may have moved, or the address has a slip of the pen.</p>
    <a class="button main" href={toHome()}>
      To all products
    </a>
  </div>
)

import { toHome } from '../paths.ts'
import { Heading } from './heading.tsx'

export const EmptyCart = () => (
  <div class="empty">
    <Heading text="Your cart is empty" />
    <p>What you put into it stays there, on this device, until you buy it.</p>
    <a class="button main" href={toHome()}>
      To all products
    </a>
  </div>
)

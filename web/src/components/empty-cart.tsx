import { Empty } from './empty.tsx'

export const EmptyCart = () => (
  <Empty heading="Your cart is empty" words="What you put into it stays there, on this device, until you buy it." />
)

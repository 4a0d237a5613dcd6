// The pages between wanting a thing and having it: one file for the browser, since who needs one soon needs the next.

// What main holds is loaded when a page is. Imported here, it stays in one file: otherwise the build cuts it into one for each
// set of pages that share something.
import '../main.tsx'

export { Cart } from './cart.tsx'
export { Checkout } from './checkout.tsx'
export { Order } from './order.tsx'
export { Orders } from './orders.tsx'

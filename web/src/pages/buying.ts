// The pages between seeing a thing and having it: one file for the browser, since who needs one soon needs the next.
export { Cart } from './cart.tsx'
export { Checkout } from './checkout.tsx'
export { Order } from './order.tsx'
export { Orders } from './orders.tsx'
export { Product } from './product.tsx'

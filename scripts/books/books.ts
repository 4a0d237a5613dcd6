// The books of the shop: what its customers were told, and what each service wrote down about it in a database of its own. Read
// after everything has settled, they must say the same.

/** What became of one checkout for its customer, however often it was asked for. */
export interface CustomerAnswer {
  readonly key: string
  readonly email: string
  /** The HTTP status that ended it; 0 where the customer gave up without an answer. */
  readonly status: number
  /** Only of a 201. */
  readonly orderId?: string
  readonly totalCents?: number
}

export interface OrderRow {
  readonly id: string
  /** Empty where the order was undone: then the key is free for another try. */
  readonly key: string | null
  readonly state: string
  readonly email: string
  readonly totalCents: number
  readonly items: readonly Item[]
  readonly promotionCode: string | null
}

export interface Item {
  readonly productId: number
  readonly quantity: number
}

export interface ChargeRow {
  readonly orderId: string
  readonly state: string
  /** Empty in a charge that was refused before it was asked for. */
  readonly amountCents: number | null
}

export interface ReservationRow {
  readonly orderId: string
  readonly state: string
  readonly items: readonly Item[]
}

export interface StockRow {
  readonly productId: number
  readonly available: number
  readonly held: number
  /** In all reservations that are held now, those among them that were made before. */
  readonly promised: number
  /** All movements since the shop opened, sales among them: what should be in the house. */
  readonly moved: number
  /** Pieces sold since the books were opened. */
  readonly sold: number
}

export interface MessageRow {
  readonly orderId: string
  readonly isSent: boolean
}

export interface ConfirmationRow {
  readonly orderId: string
  readonly state: string
}

export interface CustomerRow {
  readonly email: string
  readonly orderCount: number
  readonly orderTotalCents: number
}

export interface PromotionRow {
  readonly code: string
  /** Uses since the books were opened. */
  readonly uses: number
}

export interface UploadRow {
  readonly jobId: string
  readonly state: string
  readonly rowsHandedIn: number
  readonly rowsWritten: number
  /** Products with the SKUs of this upload. */
  readonly products: number
}

export interface Books {
  readonly answers: readonly CustomerAnswer[]
  /** Samples left out: they were never charged, and are no orders of these customers. */
  readonly orders: readonly OrderRow[]
  readonly charges: readonly ChargeRow[]
  readonly reservations: readonly ReservationRow[]
  readonly stock: readonly StockRow[]
  readonly messages: readonly MessageRow[]
  readonly confirmations: readonly ConfirmationRow[]
  /** Those who signed up before they bought. */
  readonly customers: readonly CustomerRow[]
  readonly promotions: readonly PromotionRow[]
  readonly uploads: readonly UploadRow[]
}

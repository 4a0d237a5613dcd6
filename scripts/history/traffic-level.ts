// How busy the shop is: quiet nights, a peak in the evening, a little more on weekends. Towards the end it becomes what the
// shoppers of the lab will do, which is an even pace: the rate must not jump where the real samples begin.

const hour = 3_600
const day = 24 * hour

/** The even pace is reached half an hour before the end, on a way of three hours. */
const evenFrom = 0.5 * hour
const towardsEvenFrom = 3.5 * hour

/** The mean of a day is 1. `time` is seconds since 1970, in UTC. */
export function rhythmAt(time: number): number {
  const hours = (time % day) / hour
  const ofDay =
    1 + 0.6 * Math.cos((2 * Math.PI * (hours - 19)) / 24) + 0.2 * Math.cos((4 * Math.PI * (hours - 20)) / 24)
  // 1970 began on a Thursday.
  const weekday = (Math.floor(time / day) + 4) % 7
  return ofDay * (weekday === 0 || weekday === 6 ? 1.12 : 0.95)
}

/** Times the even pace. */
export function levelAt(time: number, end: number): number {
  const share = Math.min(1, Math.max(0, (end - time - evenFrom) / (towardsEvenFrom - evenFrom)))
  return share === 0 ? 1 : rhythmAt(time) ** share
}

// What happens in a deploy, one value a step, so that whoever listens (the terminal now) needs no more than these.
import type { Answers } from './error-look.ts'

export type Step =
  | { step: 'begun'; service: string; replicas: number; sameImage: boolean; previous: string }
  | { step: 'in-place'; service: string; reason: string }
  | { step: 'started'; container: string }
  | { step: 'ready'; container: string; afterSeconds: number }
  | { step: 'looked'; container: string; forSeconds: number; answers: Answers; burn: number }
  | { step: 'stopped'; container: string; seconds: number; exitCode: number }
  | { step: 'trouble'; container: string; trouble: string; lastLines: string }
  | { step: 'rolled-back'; replicas: number }
  | { step: 'done'; replicas: number; previous: string }

export function toWords(step: Step): string {
  switch (step.step) {
    case 'begun': {
      const same = step.sameImage ? ' The image has not changed: this is a restart.' : ''
      return `${step.service}: ${step.replicas} running; the image they run is kept as ${step.previous}.${same}`
    }
    case 'in-place':
      return `${step.service} cannot run twice: ${step.reason}. It is replaced in place, and is away for some seconds.`
    case 'started':
      return `${step.container} started.`
    case 'ready':
      return `${step.container} ready after ${step.afterSeconds.toFixed(1)} s.`
    case 'looked': {
      const { total, failed } = step.answers
      if (total === 0)
        return `${step.container}: nobody asked it in ${step.forSeconds} s; it is judged by its readiness alone.`
      return `${step.container}: ${total} answered in ${step.forSeconds} s, ${failed} failed (burn ${step.burn.toFixed(1)}).`
    }
    case 'stopped':
      return `${step.container} stopped in ${step.seconds.toFixed(1)} s${step.exitCode === 0 ? '' : `, with code ${step.exitCode}: not in order`}.`
    case 'trouble':
      return [
        `${step.container}: ${step.trouble}. Rolling back.`,
        ...step.lastLines.split('\n').map(line => `  | ${line}`),
      ].join('\n')
    case 'rolled-back':
      return `Rolled back: ${step.replicas} running, as before.`
    case 'done':
      return `Done: ${step.replicas} running. Back again: make deploy SERVICE=… IMAGE=${step.previous}`
  }
}

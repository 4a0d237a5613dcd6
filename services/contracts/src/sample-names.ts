// What the sample customers are called: twelve first and twelve last names a country, put together at random by nobody.
import type { Country } from './shop.ts'

export interface SampleNames {
  readonly first: readonly string[]
  readonly last: readonly string[]
}

const names = (first: string, last: string): SampleNames => ({ first: first.split(' '), last: last.split(' ') })

export const sampleNames: Readonly<Record<Country, SampleNames>> = {
  US: names(
    'Emma Liam Olivia Noah Grace Mason Ruby Logan Hazel Wyatt Nora Caleb',
    'Miller Johnson Parker Brooks Hayes Coleman Reed Foster Bennett Ward Price Sullivan',
  ),
  GB: names(
    'Amelia Oliver Isla George Freya Arthur Poppy Harry Elsie Alfie Maisie Rory',
    'Hughes Clarke Wright Walker Robinson Thompson Bailey Shaw Fletcher Barnes Holmes Kerr',
  ),
  DE: names(
    'Lena Jonas Mia Felix Clara Lukas Greta Moritz Ida Anton Frieda Jakob',
    'Becker Wagner Hoffmann Schäfer Koch Richter Klein Wolf Schröder Neumann Krüger Vogel',
  ),
  FR: names(
    'Camille Louis Chloé Hugo Manon Jules Léa Gabriel Inès Antoine Zoé Théo',
    'Moreau Laurent Girard Roux Fontaine Mercier Blanc Garnier Chevalier Lambert Renard Dupuis',
  ),
  JP: names(
    'Yui Haruto Aoi Sota Hina Ren Sakura Yuto Mei Riku Akari Kaito',
    'Sato Suzuki Takahashi Tanaka Watanabe Ito Yamamoto Nakamura Kobayashi Kato Yoshida Yamada',
  ),
  BR: names(
    'Ana Miguel Beatriz Davi Larissa Thiago Camila Rafael Júlia Bruno Letícia Caio',
    'Silva Santos Oliveira Souza Pereira Costa Almeida Ribeiro Carvalho Gomes Rocha Barbosa',
  ),
  IN: names(
    'Aarav Diya Vivaan Ananya Arjun Ishita Rohan Meera Kabir Priya Dev Sana',
    'Sharma Patel Reddy Iyer Gupta Nair Singh Das Mehta Rao Kapoor Joshi',
  ),
}

export function App() {
  return (
    <main>
      <h1>TechMart</h1>
    </main>
  )
}

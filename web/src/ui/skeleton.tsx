/** Stands for a page, at its size, until it is known. */
export function PageSkeleton() {
  return (
    <main className="page-skeleton" aria-busy="true">
      <p className="visually-hidden">Loading…</p>
      <div className="skeleton skeleton-title" />
      <div className="skeleton skeleton-card" />
    </main>
  );
}

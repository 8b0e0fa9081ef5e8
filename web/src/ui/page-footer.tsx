export function PageFooter() {
  return (
    <footer className="page-footer">
      <a href="/docs">API documentation</a>
    </footer>
  );
}

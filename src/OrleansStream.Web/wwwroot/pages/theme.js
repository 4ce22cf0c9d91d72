// Before the first paint: the theme that was chosen, else the system's.
(() => {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const chosen = () => { try { return localStorage.getItem('theme'); } catch { return null; } };
  const isDark = () => (chosen() ?? (system.matches ? 'dark' : 'light')) === 'dark';
  let watcher = null;
  const show = () => {
    document.documentElement.dataset.theme = isDark() ? 'dark' : 'light';
    dispatchEvent(new Event('themechange'));
    watcher?.invokeMethodAsync('OnTheme', isDark());
  };
  system.addEventListener('change', show);
  show();
  globalThis.orleansStreamTheme = {
    watch(page) {
      watcher = page;
      document.documentElement.dataset.interactive = 'true';
      page.invokeMethodAsync('OnTheme', isDark());
    },
    toggle() {
      try { localStorage.setItem('theme', isDark() ? 'light' : 'dark'); } catch { /* Not remembered, then. */ }
      show();
    },
  };
})();

// Starts the page's connection and says when it is lost. It is opened again for as long as it takes; a server that is another one gets a fresh page.
(() => {
  const lost = document.getElementById('components-reconnect-modal');
  lost.addEventListener('components-reconnect-state-changed', ({ detail }) => {
    lost.hidden = detail.state === 'hide';
    document.documentElement.classList.toggle('offline', detail.state !== 'hide');
    if (detail.state === 'rejected') location.reload();
  });
  document.querySelector('#blazor-error-ui .reload').addEventListener('click', () => location.reload());
  Blazor.start({ circuit: { reconnectionOptions: { maxRetries: 1e6, retryIntervalMilliseconds: 1000 } } });
})();
// A list that grows at its end is followed there.
globalThis.orleansStreamScroll = list => requestAnimationFrame(() => { list.scrollTop = list.scrollHeight; });

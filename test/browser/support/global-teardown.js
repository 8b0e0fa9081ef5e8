export default () => globalThis.stopBrowsers();

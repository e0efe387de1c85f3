import { createTheme } from '@mantine/core';

/** Colours and sizes come from `tokens.css`; the ramp is what Mantine needs to call the accent by name. */
export const theme = createTheme({
  primaryColor: 'sea',
  primaryShade: { light: 8, dark: 4 },
  colors: {
    sea: ['#E3EEF3', '#C5DCE5', '#9FC6D5', '#7FB2C6', '#62B5D4', '#4697B8', '#24799D', '#0F6B90', '#0B6184', '#084A66'],
  },
  fontFamily: 'var(--pl-sans)',
  fontFamilyMonospace: 'var(--pl-mono)',
  defaultRadius: 5,
  cursorType: 'pointer',
  respectReducedMotion: true,
  // The policy of the page refuses style elements, and a page that stays scrollable beside a drawer is wanted anyway.
  components: {
    Modal: { defaultProps: { lockScroll: false, transitionProps: { transition: 'fade', duration: 120 } } },
    Drawer: { defaultProps: { lockScroll: false, transitionProps: { transition: 'fade', duration: 120 } } },
    Popover: { defaultProps: { transitionProps: { transition: 'fade', duration: 120 } } },
  },
});

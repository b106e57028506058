/** The look of the official components on our pages: their variables take our colours. */
export const appearance = {
  variables: {
    colorPrimary: "var(--green)",
    colorPrimaryForeground: "var(--on-green)",
    colorBackground: "var(--card)",
    colorForeground: "var(--ink)",
    colorMutedForeground: "var(--soft)",
    colorInput: "var(--card)",
    colorInputForeground: "var(--ink)",
    colorNeutral: "var(--ink)",
    fontFamily: "var(--sans)",
    borderRadius: "0.55rem",
  },
};

/** The forms fill the column they stand in. */
export const formAppearance = {
  elements: {
    rootBox: { width: "100%" },
    cardBox: {
      width: "100%",
      maxWidth: "none",
      boxShadow: "var(--shadow)",
      border: "1px solid var(--line)",
    },
  },
};

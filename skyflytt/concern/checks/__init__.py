"""One check per file: `ID`, `CATEGORY`, `TITLE`, `MEANING`, `ADVICE` and `check(facts)`. A new file here is found by itself."""

"""How every report looks: fonts, line breaking, colours, page, blocks, tables and charts. No business word here."""

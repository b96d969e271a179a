"""The sheet from which a case is typed into SIMFONI: its layout as data, the sheet of one case, what changed since it was typed."""

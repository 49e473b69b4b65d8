"""Who still calls home: the phones, printers, drives and scripts that sign in at a server which was left, read from its logs."""

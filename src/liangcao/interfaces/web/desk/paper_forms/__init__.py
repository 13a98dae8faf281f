"""空白纸单: forms to be filled in by hand when the network is down; the QR of each leads to where it is entered."""

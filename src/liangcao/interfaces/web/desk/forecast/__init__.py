"""缺口预测: what will be missing, by item and by unit; resumptions and openings."""

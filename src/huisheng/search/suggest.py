class Classifier: pass
